"""What teachers write: course folders, rubrics, reference notebooks, handouts."""
