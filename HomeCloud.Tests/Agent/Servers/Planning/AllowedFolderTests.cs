using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;

namespace HomeCloud.Tests.Agent.Servers.Planning;

/// <summary>Folders that servers mount: the engine is root and follows links, so what cannot be seen or may change is refused.</summary>
public sealed class AllowedFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-mounts-").FullName;
    private readonly string _root;

    public AllowedFolderTests()
    {
        _root = Made("root");
        Made("root/films");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Links_are_followed_to_where_they_lead_and_refused_where_that_is_outside()
    {
        Directory.CreateSymbolicLink(In("root/in"), "films");
        Directory.CreateSymbolicLink(In("root/out"), "/etc");
        Directory.CreateSymbolicLink(In("root/up"), "../..");
        Directory.CreateSymbolicLink(In("root/circle"), "circle");
        Directory.CreateSymbolicLink(In("root/chain"), "in/../out");

        Resolve("root/in").Value.Should().Be(In("root/films"));
        foreach (var bad in (string[])["root/out", "root/up", "root/circle", "root/chain", "root/out/ssl", "root/films/../../..", "root-other"])
            Resolve(bad).Problem!.Code.Should().Be(ProblemCode.MountNotAllowed, bad);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_because_a_link_may_be_there_later() =>
        Resolve("root/later").Problem!.Message.ToString().Should().Contain("does not exist");

    /// <summary>As the agent's own user, who may not look into every folder as root may: with a link behind the door.</summary>
    [Fact]
    public void A_folder_that_the_agent_may_not_look_into_is_refused()
    {
        const int Nobody = 65534;
        Made("root/closed");
        Directory.CreateSymbolicLink(In("root/closed/out"), "/etc");
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(In("root/closed"), (UnixFileMode)0b111_000_000);

        // setfsuid(2) is of one thread, and root's leave to pass every door goes with it.
        Outcome<string>? refused = null;
        Outcome<string>? allowed = null;
        var thread = new Thread(() =>
        {
            _ = SetFileUser(Nobody);
            refused = Resolve("root/closed/out");
            allowed = Resolve("root/films");
            _ = SetFileUser(0);
        });
        thread.Start();
        thread.Join();

        refused!.Value.Problem!.Message.ToString().Should().Contain("may not read");
        allowed!.Value.Value.Should().Be(In("root/films"));
    }

    [Theory]
    [InlineData(0b111_111_101)]
    [InlineData(0b111_101_111)]
    public void A_folder_below_one_that_others_may_write_to_is_refused(int mode)
    {
        File.SetUnixFileMode(_root, (UnixFileMode)mode);

        Resolve("root/films").Problem!.Should().Match<ServerProblem>(p => p.Message.ToString().Contains("Other users can write") && p.Fix.ToString().Contains("chmod go-w"));
        Resolve("root").Value.Should().Be(_root, "nobody can put a link in its own place");
    }

    [Fact]
    public void A_folder_above_or_below_one_that_another_container_may_change_is_refused()
    {
        var guard = Guard();
        Container("other", new ContainerBind(_root, "/all", Writable: true), out var writer);
        Container("other", new ContainerBind(_root, "/all", Writable: false), out var reader);
        Container("other", new ContainerBind(In("root/films"), "/films", Writable: true), out var inner);

        guard.Check([Mount("root/films")], [writer]).Should().Match<ServerProblem>(p => p.Message.ToString().Contains("other") && p.Fix.ToString().Contains(":ro"));
        guard.Check([Mount("root/films")], [reader]).Should().BeNull();
        guard.Check([Mount("root/films")], [inner]).Should().BeNull("the same folder cannot be replaced from inside");
        guard.Check([Mount("root")], [inner])!.Code.Should().Be(ProblemCode.MountNotAllowed);
        guard.Check([Mount("root") with { ReadOnly = true }], [inner]).Should().BeNull();
    }

    [Fact]
    public void A_link_swapped_in_before_a_restart_is_seen()
    {
        Container("films", new ContainerBind(In("root/films"), "/films", Writable: true), out var server);
        Guard().Check(server, [server]).Should().BeNull();

        Directory.Delete(In("root/films"));
        Directory.CreateSymbolicLink(In("root/films"), "/etc");
        Guard().Check(server, [server])!.Code.Should().Be(ProblemCode.MountNotAllowed);

        Made("root/other");
        Directory.Delete(In("root/films"));
        Directory.CreateSymbolicLink(In("root/films"), "other");
        Guard().Check(server, [server])!.Message.ToString().Should().Contain("contains a link that was not there");
    }

    [Fact]
    public void In_a_container_only_what_is_mounted_at_its_own_path_can_be_seen()
    {
        var id = new string('a', 64);
        var table = $"22 1 0:21 / / rw - overlay overlay rw\n97 22 8:1 /var/lib/docker/containers/{id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n";
        Container("agent", new ContainerBind("/srv/data", _root, Writable: false), out var moved, id);
        Container("agent", new ContainerBind(_root, _root, Writable: false), out var seeing, id);

        Guard(table).Check([Mount("root/films")], [moved]).Should().Match<ServerProblem>(p => p.Message.ToString().Contains("container agent") && p.Fix.ToString().Contains($"{_root}:{_root}:ro"));
        Guard(table).Check([Mount("root/films")], [seeing]).Should().BeNull();
        Guard().Check([Mount("root/films")], [moved]).Should().BeNull("on the machine itself its paths are the engine's");
        new FolderGuard(new ServersOptions { MountRoot = _root, EngineIsRemote = true }).Check([Mount("root/films")], [])!.Code.Should().Be(ProblemCode.MountNotAllowed);
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(int user);

    private static void Container(string name, ContainerBind bind, out ContainerFacts container, string? id = null) => container = new ContainerFacts
    {
        Id = id ?? Guid.NewGuid().ToString("N"),
        Name = name,
        Image = "x",
        Life = ContainerLife.Running,
        Binds = [bind],
        Labels = ImmutableDictionary<string, string>.Empty.Add(Labels.Server, "1"),
    };

    private FolderGuard Guard(string mounts = "") => new(new ServersOptions { MountRoot = _root }) { ReadMounts = () => mounts };

    private MountPlan Mount(string name) => new(In(name), "/inside", ReadOnly: false, MountKind.Folder);

    private Outcome<string> Resolve(string name) => AllowedFolder.Resolve(In(name), _root);

    private string In(string name) => Path.Combine(_folder, name);

    private string Made(string name)
    {
        var path = Directory.CreateDirectory(In(name)).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }
}
