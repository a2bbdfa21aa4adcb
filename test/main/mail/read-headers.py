# Reads messages as Python's email package does (policy default) and says what it found, one JSON list for the paths on stdin.
import email
import email.policy
import json
import sys


def read(path):
    with open(path, 'rb') as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    authors = [(one.display_name, one.addr_spec) for field in message.get_all('from', []) for one in field.addresses]
    dates = [field.datetime is not None for field in message.get_all('date', [])]
    odd = [f'{name}: {type(defect).__name__}' for name in ('from', 'date') for field in message.get_all(name, []) for defect in field.defects]
    return {
        'fields': [name.lower() for name in message.keys()],
        'authors': [address for _, address in authors],
        'dates': dates,
        'messageIds': [str(one).strip() for one in message.get_all('message-id', [])],
        'defects': [type(defect).__name__ for defect in message.defects] + odd,
    }


print(json.dumps([read(path) for path in json.load(sys.stdin)]))
