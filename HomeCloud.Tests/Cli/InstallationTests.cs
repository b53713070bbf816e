using System.Text.Json;
using HomeCloud.Cli.Commands.Install;
using HomeCloud.Commands;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Cli;

public sealed class InstallationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-install-").FullName;

    public InstallationTests()
    {
        foreach (var file in new[] { "homecloud", "homecloud-agent", "homecloud-dns", "systemd/homecloud-agent.service", "systemd/homecloud-dns.service" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Source, file))!);
            File.WriteAllText(Path.Combine(Source, file), file);
        }
    }

    private string Source => Path.Combine(_folder, "published");

    private InstallPaths Paths => new(Path.Combine(_folder, "root"));

    [Fact]
    public void It_says_first_what_it_will_do_and_a_dry_run_does_nothing()
    {
        var said = new StringWriter();

        InstallCommands.Perform(new Installation(Paths, Source).Steps(), yes: true, dryRun: true, said);

        said.ToString().Should().Contain("This will:").And.Contain(Paths.Programs).And.Contain(Paths.Units);
        Directory.Exists(Paths.Root).Should().BeFalse();
    }

    [Fact]
    public void Install_again_keeps_the_configuration_and_uninstall_keeps_it_too()
    {
        Install();
        File.WriteAllText(Path.Combine(Paths.Configuration, "agent.json"), "mine");
        Install();

        File.ReadAllText(Path.Combine(Paths.Configuration, "agent.json")).Should().Be("mine");
        File.ReadAllText(Path.Combine(Paths.Programs, "homecloud-dns")).Should().Be("homecloud-dns");
        Directory.GetFiles(Path.Combine(Paths.Root, "usr/local/bin")).Select(link => new FileInfo(link).LinkTarget).Should().BeEquivalentTo("/opt/homecloud/homecloud", "/opt/homecloud/homecloud-agent", "/opt/homecloud/homecloud-dns");
        File.Exists(Path.Combine(Paths.Units, "homecloud-agent.service")).Should().BeTrue();

        Remove(purge: false);
        Directory.Exists(Paths.Programs).Should().BeFalse();
        Directory.EnumerateFileSystemEntries(Path.Combine(Paths.Root, "usr/local/bin")).Should().BeEmpty();
        Directory.EnumerateFiles(Paths.Units).Should().BeEmpty();
        Directory.Exists(Paths.Configuration).Should().BeTrue();

        Remove(purge: true);
        Directory.Exists(Paths.Configuration).Should().BeFalse();
    }

    [Fact]
    public void Purge_leaves_nothing_that_systemd_made_or_that_was_edited()
    {
        Install();
        var socket = Path.Combine(Paths.Root, "run", "homecloud", "agent.sock");
        var log = Path.Combine(Paths.Root, "var", "log", "homecloud", "queries");
        var edited = Path.Combine(Paths.Units, "homecloud-agent.service.d", "override.conf");
        foreach (var file in new[] { socket, log, edited })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }

        // The agent's user, or the DNS server's, may have put it there.
        var kept = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "kept")).FullName, "shadow");
        File.WriteAllText(kept, "");
        Directory.CreateDirectory(Paths.Data);
        foreach (var folder in new[] { Paths.Data, Paths.Logs, Paths.Runtime })
        {
            File.CreateSymbolicLink(Path.Combine(folder, "folder"), Path.GetDirectoryName(kept)!);
            File.CreateSymbolicLink(Path.Combine(folder, "file"), kept);
        }

        Remove(purge: false);
        File.Exists(socket).Should().BeFalse("it is of no use without the programs");
        File.Exists(log).Should().BeTrue("it is data");
        File.Exists(edited).Should().BeTrue("it is configuration");

        Remove(purge: true);
        Directory.EnumerateFiles(Paths.Root, "*", SearchOption.AllDirectories).Should().BeEmpty();
        Directory.EnumerateDirectories(Paths.Root, "*homecloud*", SearchOption.AllDirectories).Should().BeEmpty();
        File.Exists(kept).Should().BeTrue("root follows no link");
    }

    [Fact]
    public void A_folder_that_is_no_publish_is_refused_with_the_way_to_make_one()
    {
        File.Delete(Path.Combine(Source, "homecloud-agent"));

        var act = () => new Installation(Paths, Source).Steps();

        act.Should().Throw<UserErrorException>().WithMessage("*no homecloud-agent*").Which.Error.Fix.ToString().Should().Contain("install/publish");
    }

    [Fact]
    public void A_root_inside_what_is_copied_is_refused()
    {
        var act = () => new Installation(new InstallPaths(Path.Combine(Source, "root")), Source).Steps();

        act.Should().Throw<UserErrorException>().WithMessage("*copied into itself*").Which.Error.Fix.ToString().Should().Contain("--root");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task For_scripts_the_steps_are_JSON_and_the_words_go_beside()
    {
        var said = (await Command.RunAsync([Executables.Cli, "uninstall", "--dry-run", "--json", "--root", Paths.Root])).OrFail();

        var outcome = JsonDocument.Parse(said.Output).RootElement;
        outcome.GetProperty("done").GetBoolean().Should().BeFalse("it was a dry run");
        outcome.GetProperty("steps").EnumerateArray().Select(step => step.GetString()).Should().Contain(step => step!.Contains(Paths.Programs));
        said.Error.Should().Contain("This will:");
    }

    [Fact(Timeout = 30_000)]
    public async Task What_comes_next_is_said_for_a_machine_that_joins_too()
    {
        var copy = Path.Combine(_folder, "programs");
        (await Command.RunAsync(["cp", "-r", Path.GetDirectoryName(Executables.Cli)!, copy])).OrFail();
        foreach (var file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Source, file)).Where(file => !File.Exists(Path.Combine(copy, file))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Path.Combine(Source, file), Path.Combine(copy, file));
        }

        var said = (await Command.RunAsync([Path.Combine(copy, "homecloud"), "install", "--yes", "--root", Paths.Root])).OrFail().Output;

        said.Should().Contain("Next:  sudo homecloud network create").And.Contain(Path.Combine(Paths.Programs, "docs", "several-machines.md"));
    }

    private void Install() => InstallCommands.Perform(new Installation(Paths, Source).Steps(), yes: true, dryRun: false, TextWriter.Null);

    private void Remove(bool purge) => InstallCommands.Perform(new Installation(Paths, "").RemovalSteps(purge), yes: true, dryRun: false, TextWriter.Null);
}
