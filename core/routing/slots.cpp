#include "core/routing/slots.h"

namespace sy {

void assignSlots(const SlotPass& pass, int64_t* taken, int64_t* slot)
{
    for (int64_t place = 0; place < pass.groups.tokens(); ++place) {
        const int64_t group = pass.groups.groupOf(place);
        for (int64_t k = 0; k < pass.width; ++k) {
            const int64_t choice = pass.tokenAt(place) * pass.width + k;
            const int64_t expert = pass.wanted(choice);
            slot[choice] = -1;
            if (expert < 0) continue;
            int64_t& count = taken[group * pass.experts + expert];
            if (count < pass.capacity[group]) slot[choice] = count++;
        }
    }
}

} // namespace sy
