// The one way to QCustomPlot's header, which uses Qt's lower-case keywords while this project is built with
// QT_NO_KEYWORDS.
#pragma once

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit Q_EMIT
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
