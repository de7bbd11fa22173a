// A tree that check_layers.cmake must refuse.
#include <QString>
