"""What filers asked and did not get answered: gathered, put into groups of like questions, and made
into training examples by people."""
