"""How the help desk is used: counted by week, without anything that names a filer."""
