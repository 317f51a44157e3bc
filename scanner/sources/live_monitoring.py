from scanner.aws.documents import Documents
from scanner.model.monitoring import Monitoring
from scanner.sources.live_rules import Found


def monitoring(documents: Documents, found: Found) -> Monitoring | None:
    return None
