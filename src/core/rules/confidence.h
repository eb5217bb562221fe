/* confidence.h - levels of confidence in a statement or figure. */
#ifndef CORE_RULES_CONFIDENCE_H
#define CORE_RULES_CONFIDENCE_H

/* From the most certain to the least. */
enum confidence {
    CONFIDENCE_GIVEN,         /* given on the command line */
    CONFIDENCE_READ,          /* Windows reported it on this machine */
    CONFIDENCE_DOCUMENTED,    /* Microsoft states it */
    CONFIDENCE_MEASURED,      /* a third party measured it and published the figures */
    CONFIDENCE_INFERRED,      /* inferred from statements about a similar Windows, or from several
                                 reports */
    CONFIDENCE_RULE_OF_THUMB, /* a vendor's rule, not Microsoft's */
    CONFIDENCE_UNKNOWN,       /* no source; a figure, if there is one, is a guess */
};

const char *confidence_name(enum confidence confidence); /* "rule of thumb" */
const char *confidence_key(enum confidence confidence);  /* "rule_of_thumb", in JSON */

/* A result is only as certain as its least certain input. */
enum confidence confidence_weaker(enum confidence a, enum confidence b);

#endif
