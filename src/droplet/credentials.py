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


def parse(text):
    if not make_scanner:
        from json import loads

        return loads(text)
    text = text.strip(' \t\n\r')
    try:
        value, end = make_scanner(Plain)(text, 0)
    except (StopIteration, SystemError, ValueError):  # SystemError: it would raise what json.decoder defines
        end = -1
    if end != len(text):
        raise ValueError
    return value


def folder(path):
    files = {e.name.decode(): read(e.path).decode() for e in scandir(path) if e.is_file()}
    meta = {key.replace('-', '_'): text.strip() for key, text in files.items()}
    tags = meta.get('tags', '')
    meta['tags'] = parse(tags) if tags.startswith('[') else tags.split(',')
    return {'name': path.rpartition(b'/')[2].decode(), 'label': meta.get('type'), **meta, 'credentials': files}


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
    return [each for services in parse(document.decode()).values() for each in services]


def find(service):
    for keys in ['name', 'instance_name', 'binding_name'], ['label'], ['tags']:
        found = [b for b in services if any(service in (b.get(k) if k == 'tags' else [b.get(k)]) or () for k in keys)]
        if len(found) > 1:
            fail('two bound services match "%s": %s' % (service, ', '.join('"%s"' % b['name'] for b in found)))
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
    return value.encode()


try:
    services = bound()
except (OSError, ValueError):
    fail('the bound services cannot be read')
asked = sys.argv[2:]
sys.stdout.buffer.write(b''.join(credential(*pair) + b'\0' for pair in zip(asked[::2], asked[1::2])))
