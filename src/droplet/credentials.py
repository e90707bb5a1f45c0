# Prints credentials of bound services, each ended by NUL. Arguments: who asks, then a service and a credential in turn.
import sys
from posix import environ as env, scandir

try:
    from _json import make_scanner  # CPython's own: importing json or os takes longer than all the rest
except ImportError:
    make_scanner = None


class Plain:
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant, memo = float, int, float, {}


def fail(why):
    sys.exit('sidecar %s: %s' % (sys.argv[1], why))


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def text(some):  # a file may hold any bytes; they come out as they went in
    return some.decode(errors='surrogateescape')


def parse(json):
    if not make_scanner:
        from json import loads

        return loads(json)
    json = json.strip(' \t\n\r')
    try:
        value, end = make_scanner(Plain)(json, 0)
    except (StopIteration, SystemError, ValueError):  # SystemError: it would raise what json.decoder defines
        end = -1
    if end != len(json):
        raise ValueError
    return value


def folder(path):
    files = {text(e.name): text(read(e.path)) for e in scandir(path) if e.is_file()}
    meta = {key.replace('-', '_'): value.strip() for key, value in files.items()}
    tags = meta.get('tags', '')
    tags = parse(tags) if tags.startswith('[') else [tag.strip() for tag in tags.split(',')]
    meta['tags'] = [*tags, meta.get('provider')]
    return {'name': text(path.rpartition(b'/')[2]), 'label': meta.get('type'), **meta, 'credentials': files}


def bound():
    if env.get(b'VCAP_SERVICES'):
        document = env[b'VCAP_SERVICES']
    elif env.get(b'VCAP_SERVICES_FILE_PATH'):
        document = read(env[b'VCAP_SERVICES_FILE_PATH'])
    elif env.get(b'SERVICE_BINDING_ROOT'):
        root = scandir(env[b'SERVICE_BINDING_ROOT'])
        return [folder(e.path) for e in root if e.is_dir() and e.name[:1] != b'.']
    else:
        return []
    document = parse(document.decode())
    return [{'label': label, **each} for label, services in document.items() for each in services or ()]


def every(value):
    return value if isinstance(value, list) else [value]


def find(service):
    for keys in ['name', 'instance_name', 'binding_name'], ['label'], ['tags']:
        found = [b for b in services if any(service in every(b.get(key)) for key in keys)]
        if len(found) > 1:
            fail('two bound services match "%s": %s' % (service, ', '.join('"%s"' % b.get('name') for b in found)))
        if found:
            return found[0]
    fail('no service "%s" is bound' % service)


def credential(service, key):
    value = find(service).get('credentials') or {}
    for part in [key] if key in value else key.split('.'):
        try:
            if isinstance(value, str) and value[:1] in '{[':
                value = parse(value)
            value = value[int(part) if isinstance(value, list) else part]
        except (LookupError, TypeError, ValueError):
            value = None
        if value is None:
            fail('the service "%s" has no credential "%s"' % (service, key))
    if not isinstance(value, str):
        import json

        value = json.dumps(value, separators=(',', ':'), ensure_ascii=False)
    if '\0' in value:
        fail('the credential "%s" of the service "%s" holds a NUL' % (key, service))
    try:
        value = value.encode(errors='surrogateescape')
    except ValueError:
        fail('the credential "%s" of the service "%s" holds a lone surrogate' % (key, service))
    if len(value) > 131069:  # with the shortest name: Linux's MAX_ARG_STRLEN, less its NUL
        fail('the credential "%s" of the service "%s" is longer than the 131071 bytes of a variable' % (key, service))
    return value


try:
    services = bound()
except (AttributeError, OSError, TypeError, ValueError):
    fail('the bound services cannot be read')
asked = sys.argv[2:]
sys.stdout.buffer.write(b''.join(credential(*pair) + b'\0' for pair in zip(asked[::2], asked[1::2])))
