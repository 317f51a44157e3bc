"""Reading from AWS: accounts, regions, pages, retries and what may go wrong. The only package that imports boto3."""
