"""How answers are told, to commands and pages alike: JSON, words, pictures, the file of a case."""
