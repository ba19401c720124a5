"""What the room keeps."""

from jalon.interventions.models.advice import AdviceMeeting, InformationAdvice
from jalon.interventions.models.following import Draft, Follower
from jalon.interventions.models.plans import PlannedAction

__all__ = ["AdviceMeeting", "Draft", "Follower", "InformationAdvice", "PlannedAction"]
