"""The links of a monitoring chain: trail, delivery, metric filter, alarm, topic and subscription."""
