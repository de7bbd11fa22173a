// What the inspector's views look at together: layer, step, expert, language, token. Choosing one of them in any view
// highlights it in all.
#pragma once

#include "core/text/token_class.h"
#include "core/text/tokenizer.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace sy {

/// What there is to look at in the current run. Complete pictures: replaced as a whole, never changed in place.
struct RoutingIndex {
    QString run; ///< id; empty = no run
    QString name;
    qint64 revision = -1;  ///< of the run when this was read: another one means new rows
    qint64 rewinds = 0;    ///< another one means that what was read before is void
    bool live = false;     ///< a trainer adds to it
    QStringList layers;    ///< sparse layers: "encoder.1", "decoder.1"; empty = a dense model
    QStringList languages; ///< codes by index
    int experts = 1;
    std::vector<int64_t> window_steps;                   ///< last steps of routing windows, rising
    std::vector<int64_t> evaluation_steps;               ///< evaluations on the own validation text, rising
    std::vector<int64_t> route_steps;                    ///< evaluations with recorded routes, rising
    std::vector<int64_t> checkpoint_steps;               ///< whose files are here, rising
    std::shared_ptr<const Tokenizer> tokenizer;          ///< null where it is not on this machine
    std::shared_ptr<const std::vector<TokenKind>> kinds; ///< of the tokenizer's ids; null without it
    QString tokenizer_problem;                           ///< why

    bool isDecoder(int layer) const { return layers.value(layer).startsWith(QLatin1String("decoder")); }
    /// "▁the" of an id; "#123" without a tokenizer.
    QString piece(int32_t id) const;
    /// The last of `steps` at or before `step`; the first where none is; empty where there are none.
    static std::optional<int64_t> atOrBefore(const std::vector<int64_t>& steps, int64_t step);
};
using RoutingIndexPtr = std::shared_ptr<const RoutingIndex>;

/// -1 = none chosen, except for the layer, which is always one of the index where it has any.
class RoutingFocus : public QObject {
    Q_OBJECT

public:
    explicit RoutingFocus(QObject* parent = nullptr);

    const RoutingIndexPtr& index() const { return m_index; } ///< never null
    /// Another run keeps the layer by its name where it has it, languages by their code, and forgets the others.
    void setIndex(RoutingIndexPtr index);

    int layer() const { return m_layer; } ///< index into index()->layers, -1 where there are none
    int expert() const { return m_expert; }
    int language() const { return m_language; }
    qint64 token() const { return m_token; } ///< an id of the tokenizer
    /// The step that is looked at: every view shows what was recorded last at or before it. Empty = the latest, and it
    /// follows a live run.
    std::optional<int64_t> step() const { return m_step; }
    /// step(), or the run's last recorded one; -1 where nothing is recorded.
    int64_t shownStep() const;

public Q_SLOTS:
    void setLayer(int layer);
    void setExpert(int expert); ///< the chosen one again: none
    void setLanguage(int language);
    void setToken(qint64 id);
    void setStep(std::optional<int64_t> step);
    void clear(); ///< expert, language and token

Q_SIGNALS:
    void indexChanged(); ///< another run, or new rows of this one: look again
    void runChanged();   ///< before indexChanged, only when it is another run (or void rows): forget what was read
    void layerChanged(int layer);
    void expertChanged(int expert);
    void languageChanged(int language);
    void tokenChanged(qint64 id);
    void stepChanged(); ///< the user moved the slider

private:
    void moveLanguage(int language);

    RoutingIndexPtr m_index;
    int m_layer = -1, m_expert = -1, m_language = -1;
    qint64 m_token = -1;
    std::optional<int64_t> m_step;
};

} // namespace sy
