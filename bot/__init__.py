"""The assistant at the front door of an addiction treatment program."""
