/* manual_monitoring.h - the pages of the manual about monitoring systems. */
#ifndef INSTALLER_MANUAL_MONITORING_H
#define INSTALLER_MANUAL_MONITORING_H

#include "cli/frame/html.h"

void write_monitoring(struct html *html);

#endif
