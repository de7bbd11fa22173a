// The chosen token of the probe: shared with the other views, and its way through the layers.
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/probe/probe_page.h"
#include "ui/probe/probe_picture.h"
#include "ui/probe/token_card.h"
#include "ui/probe/token_path.h"

#include <QLabel>
#include <QSplitter>

#include <algorithm>

namespace sy {

void ProbePage::followFocus()
{
    const auto& focus = *m_context.focus;
    const QString layer = focus.layer() >= 0 ? focus.index()->layers.value(focus.layer()) : QString();
    m_picture->setExpert(focus.expert());
    m_picture->setLayer(layer);
    m_path->setLayer(layer);
}

void ProbePage::tokenChosen(const ChipPlace& chip)
{
    showToken(chip);
    if (chip.isValid() && !m_composing) shareToken(chip);
}

void ProbePage::shareToken(const ChipPlace& chip)
{
    const auto& text = m_picture->texts()[static_cast<size_t>(chip.text)];
    const auto& answer = chip.b ? text.b : text.a;
    const auto* route = answer->route(chip.layer);
    const auto i = static_cast<size_t>(chip.token);
    const auto tokens = answer->tokensOf(chip.decoder);
    auto& focus = *m_context.focus;
    if (const auto layer = focus.index()->layers.indexOf(chip.layer); layer >= 0)
        focus.setLayer(static_cast<int>(layer));
    // An id means the same token only where the tokenizer is the run's own.
    if (!chip.b && i < tokens.size() && focus.token() != tokens[i]->id) focus.setToken(tokens[i]->id);
    if (!chip.b && route && i < route->expert.size() && focus.expert() != route->expert[i])
        focus.setExpert(route->expert[i]);
}

void ProbePage::showToken(const ChipPlace& chip)
{
    const bool show = chip.isValid() && static_cast<size_t>(chip.text) < m_picture->texts().size();
    if (show && m_details->isHidden()) {
        const int wanted = m_details->sizeHint().height();
        m_splitter->setSizes({std::max(m_splitter->height() - wanted, wanted), wanted});
    }
    m_details->setVisible(show);
    if (!show) return;
    const auto& text = m_picture->texts()[static_cast<size_t>(chip.text)];
    const auto& answer = chip.b ? text.b : text.a;
    const auto tokens = answer ? answer->tokensOf(chip.decoder) : std::vector<const ProbeToken*>{};
    const auto i = static_cast<size_t>(chip.token);
    if (i >= tokens.size()) return m_details->hide();
    m_token_title->setText(tr("The way of %1 (token %2 of the %3) through the layers")
                               .arg(fromUtf8(tokens[i]->piece))
                               .arg(chip.token + 1)
                               .arg(chip.decoder ? tr("decoder") : tr("encoder")));
    const auto& mirrored = chip.b ? text.a : text.b;
    m_card->setToken(*answer, *tokens[i], answer->route(chip.layer), chip.token,
                     chip.changed && mirrored ? mirrored->route(chip.layer) : nullptr, chip.b);
    m_path->setToken(text, chip.b, chip.decoder, chip.token);
}

} // namespace sy
