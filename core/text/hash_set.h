// A set of 64-bit hashes at about twelve bytes each: what deduplication keeps of a text of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sy {

class HashSet64 {
public:
    HashSet64() : m_slots(1024) {}

    /// False when it was there. Keys are hashes already: their low bits choose the slot.
    bool insert(uint64_t key)
    {
        if (key == 0) return !m_zero && (m_zero = true); // 0 marks a free slot
        if (m_size * 4 >= m_slots.size() * 3) grow();
        if (!place(m_slots, key)) return false;
        ++m_size;
        return true;
    }

    bool contains(uint64_t key) const
    {
        if (key == 0) return m_zero;
        size_t i = key & (m_slots.size() - 1);
        while (m_slots[i] != 0 && m_slots[i] != key) i = (i + 1) & (m_slots.size() - 1);
        return m_slots[i] == key;
    }

private:
    static bool place(std::vector<uint64_t>& slots, uint64_t key)
    {
        size_t i = key & (slots.size() - 1);
        while (slots[i] != 0 && slots[i] != key) i = (i + 1) & (slots.size() - 1);
        if (slots[i] == key) return false;
        slots[i] = key;
        return true;
    }

    void grow()
    {
        std::vector<uint64_t> slots(m_slots.size() * 2);
        for (const uint64_t key : m_slots)
            if (key != 0) place(slots, key);
        m_slots.swap(slots);
    }

    std::vector<uint64_t> m_slots;
    size_t m_size = 0;
    bool m_zero = false;
};

} // namespace sy
