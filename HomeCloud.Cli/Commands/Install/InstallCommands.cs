using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Install;

/// <summary><c>install</c> and <c>uninstall</c>: say what they will do, ask, do it.</summary>
internal static class InstallCommands
{
    public static IEnumerable<Command> Create()
    {
        var (yes, dryRun, root) = (Yes(), DryRun(), Root());
        var install = new Command("install", "Install the programs of this folder on this machine, with systemd units.") { yes, dryRun, root };
        install.SetAction(parse =>
        {
            var paths = PathsOf(parse.GetValue(root)!);
            var code = Run(parse, new Installation(paths, AppContext.BaseDirectory.TrimEnd('/')).Steps(), yes, dryRun);
            if (code == ExitCodes.Success && !parse.GetValue(dryRun))
            {
                Show.Words(parse).WriteLine(Translation.Text("Next:  sudo homecloud network create   and   sudo systemctl enable --now homecloud-agent"));
                Show.Words(parse).WriteLine(Translation.Text($"If this machine joins a home, set redis in {Path.Combine(paths.Configuration, "agent.json")} and dns.json before the second: {Path.Combine(paths.Programs, "docs", "several-machines.md")}"));
            }

            return code;
        });
        yield return install;

        var (yesToo, dryRunToo, rootToo) = (Yes(), DryRun(), Root());
        var purge = new Option<bool>("--purge") { Description = "Also remove configuration and data: all names, addresses and history." };
        var uninstall = new Command("uninstall", "Remove what install added to this machine; data stays unless --purge.") { yesToo, dryRunToo, rootToo, purge };
        uninstall.SetAction(parse => Run(
            parse, new Installation(PathsOf(parse.GetValue(rootToo)!), "").RemovalSteps(parse.GetValue(purge)), yesToo, dryRunToo));
        yield return uninstall;
    }

    private static int Run(ParseResult parse, IReadOnlyList<InstallStep> steps, Option<bool> yes, Option<bool> dryRun)
    {
        var code = Perform(steps, parse.GetValue(yes), parse.GetValue(dryRun), Show.Words(parse));
        if (parse.GetValue(ConnectionOptions.Json))
            Show.Json(new JsonObject { ["steps"] = CliJson.Array(steps.Select(step => step.Says.ToString())), ["done"] = code == ExitCodes.Success && !parse.GetValue(dryRun) });
        return code;
    }

    internal static int Perform(IReadOnlyList<InstallStep> steps, bool yes, bool dryRun, TextWriter output)
    {
        output.WriteLine(Translation.Text("This will:"));
        foreach (var step in steps)
            output.WriteLine("  - " + Translation.Text(step.Says));
        if (dryRun)
            return ExitCodes.Success;
        if (!yes)
        {
            output.Write(Translation.Text("Continue? [y/N] "));
            if (Console.ReadLine() is not { } answer)
                throw new UserErrorException("there is no terminal to ask for confirmation.", "Add --yes.", ExitCodes.Usage);
            if (answer.Trim().ToLowerInvariant() is not ("y" or "yes"))
                throw new UserErrorException("nothing was changed.");
        }

        foreach (var step in steps)
        {
            try
            {
                step.Do();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"could not {step.Says}: {error.Message.TrimEnd('.')}.", "If you are not root, use sudo.", ExitCodes.Failure);
            }
        }

        output.WriteLine(Translation.Text("Done."));
        return ExitCodes.Success;
    }

    /// <exception cref="UserErrorException">dpkg installed these programs, and must also be the one to remove them.</exception>
    private static InstallPaths PathsOf(string root) => AppContext.BaseDirectory.TrimEnd('/') == InstallPaths.OfThePackage
        ? throw new UserErrorException("HomeCloud was installed as a Debian package. To remove it, keeping your data: sudo apt remove homecloud; with all data: sudo apt purge homecloud")
        : new(Path.GetFullPath(root));

    private static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask." };

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Only print what would be done." };

    private static Option<string> Root() => new("--root") { Description = "Folder to use instead of /, for building packages.", DefaultValueFactory = _ => "/" };
}
