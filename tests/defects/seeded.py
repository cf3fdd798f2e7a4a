"""All seeded defects, by what they break: hearing, sending, who may read what, keeping."""

from tests.defects.hearing import HEARING
from tests.defects.keeping import KEEPING
from tests.defects.readers import READERS
from tests.defects.sending import SENDING

DEFECTS = (*HEARING, *SENDING, *READERS, *KEEPING)
