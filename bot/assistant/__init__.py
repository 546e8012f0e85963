"""What the Rasa server loads: importer, featurizer, classifier, spaCy entities, channel, tracker store."""
