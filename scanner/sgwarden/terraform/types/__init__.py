"""Terraform's types and values: conversion, unification, equality and numbers, as cty has them."""
