#include "core/base/error.h"
#include "switchyard_version.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QCommandLineParser>

#include <cstdio>

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName("switchyard");
    QApplication::setApplicationDisplayName("Switchyard");
    QApplication::setApplicationVersion(QString("%1 (%2)").arg(sy::code_version, sy::code_revision));

    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Research workbench for Switch Transformers"));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption store("store", QApplication::translate("main", "the store's file"), "FILE");
    parser.addOption(store);
    parser.process(app);

    try {
        const QString file = parser.value(store);
        sy::MainWindow window(file.isEmpty() ? sy::StorePaths::inHome() : sy::StorePaths::ofFile(file.toStdString()));
        window.show();
        return QApplication::exec();
    } catch (const sy::Error& error) {
        std::fprintf(stderr, "switchyard: %s\n", error.what());
        return 1;
    }
}
