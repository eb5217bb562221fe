/* port_pattern.h - patterns for the classes of ports in a contrast theme, in which several classes
 * share a colour. */
#ifndef GUI_MODEL_PORT_PATTERN_H
#define GUI_MODEL_PORT_PATTERN_H

#include "gui/model/port_classes.h"

/* Returns whether the dot at x, y of the pattern has the colour of the class; otherwise the dot has
 * the colour of the background. Dots are at least one pixel wide. The patterns repeat every 12
 * dots. */
bool port_pattern_is_inked(enum port_class class, unsigned x, unsigned y);

#endif
