"""What is told, described for strangers: JSON Schemas and AsyncAPI, made from the contracts."""
