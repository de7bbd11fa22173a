// One x range and one cursor for many charts.
#pragma once

#include <QHash>
#include <QObject>

#include <optional>

namespace sy {

struct XRange {
    double lower = 0, upper = 1;
    bool operator==(const XRange&) const = default;
    double size() const { return upper - lower; }
};

/// Charts that share it zoom, pan and point together.
/// All: the x range spans everything that any of its charts holds. Fixed: as the user left it. Follow: as wide as the
/// user left it, with the newest point at its right edge.
class ChartLink : public QObject {
    Q_OBJECT

public:
    enum class Mode { All, Fixed, Follow };

    explicit ChartLink(QObject* parent = nullptr) : QObject(parent) {}

    Mode mode() const { return m_mode; }
    XRange range() const { return m_range; } ///< what is shown now
    std::optional<XRange> extent() const;    ///< of all charts' points

    void setRange(XRange range); ///< a user's zoom: mode becomes Fixed
    void showAll();
    /// On: Follow with the present width; off: Fixed.
    void setFollowing(bool follow);
    /// Told by each chart about its points; empty = it holds none.
    void setExtent(const QObject* chart, std::optional<XRange> extent);
    /// Another x axis: what was zoomed into means nothing now.
    void reset();

    std::optional<double> cursor() const { return m_cursor; }
    void setCursor(std::optional<double> x);

Q_SIGNALS:
    void rangeChanged();
    void modeChanged();
    void cursorChanged();

private:
    void setMode(Mode mode);
    void update();

    Mode m_mode = Mode::All;
    XRange m_range;
    std::optional<double> m_cursor;
    QHash<const QObject*, XRange> m_extents;
};

} // namespace sy
