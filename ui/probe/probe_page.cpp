#include "ui/probe/probe_page.h"

namespace sy {

ProbePage::ProbePage(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context) {}

} // namespace sy
