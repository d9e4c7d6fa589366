"""Why a verdict cannot be told, or what it rests on, in the one sentence that every published table uses.

That of a hidden figure is `pipeline.publish.protect.SUPPRESSED`.
"""

BLANKS = "The verdict would change with what the blanks hide, or their number is not published."
UNKNOWN_FLAGS = "The verdict would change with what the unknown flags hide, or they are not published."
ROUNDED = "The verdict would change within the rounding of the counts."
ESTIMATED = "No estimate of residents covers {}: those of the nearest years stand in."
RECORDING = "Recording improved in these years, so a rise may be one of recording alone ({})."
