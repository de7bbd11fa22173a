// Icons drawn as lines in the palette's text colour: sharp at every size, right in light and dark.
#pragma once

#include <QIcon>

namespace sy {

enum class Glyph { Add, Pause, Play, Stop, Save, Measure, Resume, Search };

/// Painted anew in the palette of the moment.
QIcon glyphIcon(Glyph glyph);

/// The program's mark: a track that a switch sends one of two ways.
QIcon applicationIcon();

} // namespace sy
