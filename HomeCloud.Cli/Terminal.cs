using Spectre.Console;

namespace HomeCloud.Cli;

/// <summary>Colours, and lines cut to fit, are for terminals only: a file or a pipe gets plain whole lines.</summary>
internal static class Terminal
{
    private const int UnlimitedWidth = 4000;

    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(Console.Out),
            });
            AnsiConsole.Profile.Width = UnlimitedWidth;
        }
    }
}
