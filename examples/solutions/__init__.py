"""Solutions of the exercises that end each lesson, as functions that give the numbers asked for."""
