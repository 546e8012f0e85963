"""What the Rasa server loads: its importer, components, channel and tracker store."""
