#include "core/base/error.h"
#include "core/base/files.h"
#include "switchyard_version.h"
#include "ui/models/icons.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshots.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>

#include <cstdio>

namespace {

QSize sizeOf(const QString& text)
{
    const auto parts = text.split(QLatin1Char('x'));
    return parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
}

void endWith(const QString& problem)
{
    if (!problem.isEmpty()) std::fprintf(stderr, "switchyard: %s\n", qPrintable(problem));
    QApplication::exit(problem.isEmpty() ? 0 : 1);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName("switchyard");
    QApplication::setApplicationDisplayName("Switchyard");
    QApplication::setApplicationVersion(QString("%1 (%2)").arg(sy::code_version, sy::code_revision));

    QApplication::setWindowIcon(sy::applicationIcon());

    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Research workbench for Switch Transformers"));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption store("store", QApplication::translate("main", "the store's file"), "FILE");
    const QCommandLineOption shots("screenshots",
                                   QApplication::translate("main", "write pictures of every page and end"), "FOLDER");
    const QCommandLineOption size("size", QApplication::translate("main", "of the window, such as 1366x768"), "WxH");
    const QCommandLineOption look("appearance", QApplication::translate("main", "system, light or dark"), "LOOK");
    const QCommandLineOption show("show", QApplication::translate("main", "tick this run; may be repeated"), "RUN");
    parser.addOptions({store, show, shots, size, look});
    parser.addPositionalArgument(
        "FILE", QApplication::translate("main", "configurations, run bundles or folders to open"), "[FILE...]");
    parser.process(app);

    try {
        const QString file = parser.value(store);
        const auto paths = file.isEmpty() ? sy::StorePaths::inHome() : sy::StorePaths::ofFile(file.toStdString());
        const auto settings = sy::homeDirectory() / "workbench.ini";
        const QString cli = QDir(QApplication::applicationDirPath()).filePath("switchyard-cli");
        sy::MainWindow window(paths, cli, QString::fromStdString(settings.string()));
        if (const auto wanted = sizeOf(parser.value(size)); wanted.isValid()) {
            window.resize(wanted);
            window.resetLayout();
        }
        if (parser.isSet(look)) window.setAppearance(parser.value(look));
        window.show();
        window.showRuns(parser.values(show));
        for (const auto& path : parser.positionalArguments()) window.openPath(path);
        if (parser.isSet(shots)) sy::takeScreenshots(window, parser.value(shots), endWith);
        return QApplication::exec();
    } catch (const sy::Error& error) {
        std::fprintf(stderr, "switchyard: %s\n", error.what());
        return 1;
    }
}
