"""Reads paths of archives, tells what zipfile finds in each."""
import hashlib
import sys
import zipfile

for path in sys.stdin.read().splitlines():
    print("FILE " + path)
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                data = archive.read(entry)
                name = entry.filename.encode("utf-8").hex()
                print(name, entry.compress_type, len(data), hashlib.sha256(data).hexdigest())
    except Exception as error:  # whatever a reader does not take
        print("ERROR " + repr(error))
