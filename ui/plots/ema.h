// The smoothing of curves.
#pragma once

#include <cmath>

namespace sy {

/// Debiased exponential moving average with weight w in [0, 1) over the finite values v_1, v_2, ...:
///   m_t = w m_(t-1) + (1 - w) v_t with m_0 = 0,   s_t = m_t / (1 - w^t),
/// as in Kingma and Ba, "Adam", ICLR 2015, sec. 3. In closed form s_t = sum_i w^(t-i) v_i / sum_i w^(t-i): a weighted
/// mean, so a constant stays what it is. NaN and infinities pass through and leave the average as it was.
class DebiasedEma {
public:
    explicit DebiasedEma(double weight = 0) : m_weight(weight) {}

    double next(double value)
    {
        if (!std::isfinite(value)) return value;
        m_mean = m_weight * m_mean + (1 - m_weight) * value;
        m_power *= m_weight;
        return m_mean / (1 - m_power);
    }

private:
    double m_weight;
    double m_mean = 0;
    double m_power = 1; ///< w^t
};

} // namespace sy
