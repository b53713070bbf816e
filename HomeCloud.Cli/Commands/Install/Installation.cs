using System.Diagnostics;
using System.Text;
using HomeCloud.Commands;
using HomeCloud.Net.Files;
using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Commands.Install;

/// <summary>The steps of installing and of taking away, each with what it says first. Nothing is done while the lists are made.</summary>
internal sealed class Installation(InstallPaths paths, string source)
{
    private const string EmptyConfiguration = "{\n}\n";
    private const string DockerGroupLine = "SupplementaryGroups=docker";
    private static readonly string[] Configurations = ["agent.json", "dns.json"];
    private static readonly string[] Units = ["homecloud-agent.service", "homecloud-dns.service"];

    /// <exception cref="UserErrorException">What runs here is no folder that can be installed.</exception>
    public IReadOnlyList<InstallStep> Steps()
    {
        if (InstallPaths.ProgramNames.FirstOrDefault(program => !File.Exists(Path.Combine(source, program))) is { } missing)
            throw new UserErrorException($"{source} has no {missing}.", "Build the programs with  install/publish  and run their homecloud install.", ExitCodes.NotFound);

        if ((Path.GetFullPath(paths.Programs) + '/').StartsWith(Path.GetFullPath(source).TrimEnd('/') + '/', StringComparison.Ordinal))
            throw new UserErrorException($"{paths.Programs} is inside {source}, which would be copied into itself.", "Run homecloud install from another folder, or set another --root.", ExitCodes.Usage);

        List<InstallStep> steps =
        [
            new($"copy the programs from {source} to {paths.Programs}", () => CopyFolder(source, paths.Programs)),
            new($"link {string.Join(", ", paths.Commands)} to them", LinkCommands),
            new($"create {paths.Configuration} with agent.json and dns.json, unless they exist", Configure),
            new($"copy {Both(Units)} to {paths.Units}", InstallUnits),
        ];
        if (paths.IsReal)
        {
            steps.Insert(0, new($"create the users {Both(InstallPaths.Users)}, without login, unless they exist", MakeUsers));
            steps.Add(new("reload systemd (systemctl daemon-reload)", () => Systemctl("daemon-reload")));
        }

        return steps;
    }

    public IReadOnlyList<InstallStep> RemovalSteps(bool purge)
    {
        List<InstallStep> steps = [];
        if (paths.IsReal)
            steps.Add(new($"stop and disable {Both(Units)}", () => Systemctl(["disable", "--now", .. Units])));
        steps.Add(new($"remove {Both(Units)} from {paths.Units}", () => Array.ForEach(Units, unit => File.Delete(Path.Combine(paths.Units, unit)))));
        steps.Add(new($"remove {string.Join(", ", paths.Commands)}, {paths.Programs} and {paths.Runtime}", () =>
        {
            foreach (var command in paths.Commands)
                File.Delete(command);
            DeleteFolder(paths.Programs);
            // systemd leaves it, because the units count failed starts there.
            DeleteFolder(paths.Runtime);
            DeleteFolder(paths.DnsRuntime);
        }));
        if (purge)
        {
            steps.Add(new($"remove {paths.Configuration}, {paths.Data}, {paths.Logs}, {string.Join(", ", paths.DnsFolders)} and what systemctl edit changed: all names, addresses and history", () =>
            {
                DeleteFolder(paths.Configuration);
                DeleteFolder(paths.Data);
                DeleteFolder(paths.Logs);
                foreach (var folder in paths.DnsFolders)
                    DeleteFolder(folder);
                Array.ForEach(Units, unit => DeleteFolder(Path.Combine(paths.Units, unit + ".d")));
            }));
        }

        if (purge && paths.IsReal)
        {
            steps.Add(new($"remove the users {Both(InstallPaths.Users)}", () =>
            {
                foreach (var user in InstallPaths.Users.Where(Exists))
                    Run("userdel", user);
            }));
        }

        if (paths.IsReal)
            steps.Add(new("reload systemd (systemctl daemon-reload)", () => Systemctl("daemon-reload")));
        return steps;
    }

    private static Phrase Both(IEnumerable<string> names) => Phrase.Join(" and ", names.Select(name => (Phrase)name));

    private void Configure()
    {
        Directory.CreateDirectory(paths.Configuration);
        foreach (var file in Configurations.Select(name => Path.Combine(paths.Configuration, name)).Where(file => !File.Exists(file)))
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(EmptyConfiguration));
    }

    private void InstallUnits()
    {
        Directory.CreateDirectory(paths.Units);
        var docker = File.Exists("/etc/group") && File.ReadLines("/etc/group").Any(line => line.StartsWith("docker:", StringComparison.Ordinal));
        foreach (var unit in Units)
        {
            var text = File.ReadAllText(Path.Combine(source, "systemd", unit));
            // systemd refuses to start a unit that names a group which does not exist.
            var known = docker || !paths.IsReal ? text : text.Replace(DockerGroupLine, "# (no group docker on this machine) " + DockerGroupLine, StringComparison.Ordinal);
            AtomicFile.Write(Path.Combine(paths.Units, unit), Encoding.UTF8.GetBytes(known));
        }
    }

    private static void MakeUsers()
    {
        foreach (var user in InstallPaths.Users.Where(user => !Exists(user)))
            Run("useradd", "--system", "--user-group", "--home-dir", "/var/lib/" + user, "--shell", "/usr/sbin/nologin", user);
    }

    private static bool Exists(string user) => File.ReadLines("/etc/passwd").Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));

    private static void Systemctl(params string[] arguments)
    {
        // In a container or a chroot there is no systemd to tell.
        if (Directory.Exists("/run/systemd/system"))
            Run("systemctl", arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new UserErrorException($"{program} did not start.");
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UserErrorException($"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}.");
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            // Beside, then over: a running program keeps the file that it was started from.
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            File.Copy(file, target + ".new", overwrite: true);
            File.Move(target + ".new", target, overwrite: true);
        }
    }

    private void LinkCommands()
    {
        foreach (var command in paths.Commands)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(command)!);
            File.Delete(command);
            File.CreateSymbolicLink(command, Path.Combine("/opt/homecloud", Path.GetFileName(command)));
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <param name="Says">What will be done, as a person would say it.</param>
/// <param name="Do">Does it.</param>
internal sealed record InstallStep(Phrase Says, Action Do);
