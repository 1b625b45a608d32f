"""What a forger of frames writes into a cell: the runner's end of the result pipe, opened a second time."""

FORGE = """
    import json, os, signal, sys
    sys.path.insert(0, "/opt/child")
    from grader.untrusted import frames
    runner = os.getppid()
    with open(f"/proc/{runner}/environ") as told:
        environment = dict(part.split("=", 1) for part in told.read().split(chr(0)) if "=" in part)
    out = os.open(f"/proc/{runner}/fd/{environment['RESULT_FD']}", os.O_WRONLY)
    def forge(kind, number, sequence, value):
        payload = value if isinstance(value, bytes) else json.dumps(value).encode()
        os.write(out, frames.pack(kind, number, sequence, payload))
"""
