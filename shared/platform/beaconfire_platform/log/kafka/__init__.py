"""The log on Apache Kafka: our table is published by a relay, and read from topics."""
