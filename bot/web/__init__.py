"""The public server: the filer's page and its JSON API. The only process that faces the public."""
