// Figures of specialization as they are chosen, drawn and told.
#pragma once

#include "core/store/records.h"
#include "ui/models/routing_focus.h"

#include <QString>

namespace sy {

enum class SpecializationOf { Count, Gate, GivenToken };
enum class InformationScale { Nats, Normalized, Adjusted };

const Specialization& specializationOf(const LayerSpecialization& layer, SpecializationOf of);
/// False for a default-made one: this was not recorded.
bool isKnown(const Specialization& figures);
/// An information of this layer (its own, its null's mean or quantile) on the scale; NaN where it is not known.
double onScale(const Specialization& figures, double information, InformationScale scale);
/// Holm's adjustment over the layers that have this figure, as long as `layers`; NaN for the others.
std::vector<double> adjustedPValues(const std::vector<LayerSpecialization>& layers, SpecializationOf of);

QString nameOf(SpecializationOf of);
QString axisText(InformationScale scale, SpecializationOf of);
QString unitOf(InformationScale scale);
QString definitionOf(InformationScale scale, SpecializationOf of); ///< formula and source, for tooltips

/// Of one layer at one evaluation, in sentences to quote.
struct SpecializationWords {
    QString head;    ///< "encoder.1 at step 800: NMI 0.31, null 0.02 – 0.04, adjusted 0.29"
    QString verdict; ///< against chance, after Holm
    QString token;   ///< given the token id
};
SpecializationWords specializationWords(const QString& layer, int64_t step, int layer_index,
                                        const std::vector<LayerSpecialization>& layers, SpecializationOf of);

} // namespace sy
