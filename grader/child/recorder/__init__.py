"""What lives in the student's kernel and records models, answers, calls and pictures."""
