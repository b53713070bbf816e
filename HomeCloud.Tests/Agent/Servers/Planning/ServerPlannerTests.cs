using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Planning;

public sealed class ServerPlannerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-planner").FullName;
    private readonly ServersOptions _options = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_name_alone_is_an_ssh_box_with_keys_and_volumes()
    {
        var plan = Plan(new CreateServer { Name = "Airplay" }).Value!;

        plan.Name.Should().Be("airplay");
        plan.Image.Should().Be("homecloud/sshbox:2");
        plan.Build.Should().Be("sshbox");
        plan.Ports.Should().Equal((ushort)22);
        plan.Environment["HOMECLOUD_SSH_KEYS"].Should().StartWith("ssh-ed25519 ");
        plan.Mounts.Should().Contain(m => m.Source == "keys" && m.Target == "/etc/ssh/keys");
        plan.Labels[Labels.Server].Should().Be(plan.Making).And.NotBe(Plan(new CreateServer { Name = "airplay" }).Value!.Making);
    }

    [Fact]
    public void A_box_that_nobody_could_log_in_to_is_refused_unless_a_password_is_wanted()
    {
        Plan(new CreateServer { Name = "box" }, []).Problem!.Code.Should().Be(ProblemCode.NoKey);

        var plan = Plan(new CreateServer { Name = "box", OneTimePassword = true }, []).Value!;
        plan.Secrets["HOMECLOUD_PASSWORD"].Should().HaveLength(14).And.Be(plan.Environment["HOMECLOUD_PASSWORD"]);
    }

    [Fact]
    public void Secrets_of_a_template_are_made_anew_and_told()
    {
        var first = Plan(new CreateServer { Name = "db", Template = "postgres" }).Value!;
        var second = Plan(new CreateServer { Name = "db2", Template = "postgres" }).Value!;

        first.Environment["POSTGRES_PASSWORD"].Should().HaveLength(24).And.NotBe(second.Environment["POSTGRES_PASSWORD"]);
        first.Secrets.Should().ContainKey("POSTGRES_PASSWORD");
        Plan(new CreateServer { Name = "db", Template = "postgres", Environment = new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = "mine" } })
            .Value!.Secrets.Should().BeEmpty();
    }

    public static TheoryData<CreateServer, ProblemCode> Refused => new()
    {
        { new CreateServer(), ProblemCode.InvalidName },
        { new CreateServer { Name = "cloud" }, ProblemCode.NameReserved },
        { new CreateServer { Name = "box", Image = "bad image" }, ProblemCode.InvalidImage },
        { new CreateServer { Name = "box", Image = "--privileged" }, ProblemCode.InvalidImage },
        { new CreateServer { Name = "box", Template = "nope" }, ProblemCode.TemplateNotFound },
        { new CreateServer { Name = "box", Privileged = true }, ProblemCode.PrivilegedNotAllowed },
        { new CreateServer { Name = "box", Volumes = ["/etc:/data"] }, ProblemCode.MountNotAllowed },
        { new CreateServer { Name = "box", Volumes = ["../x:/data"] }, ProblemCode.MountNotAllowed },
        { new CreateServer { Name = "box", Volumes = ["data:relative"] }, ProblemCode.InvalidVolume },
        { new CreateServer { Name = "box", Volumes = ["data:/a:rx"] }, ProblemCode.InvalidVolume },
        { new CreateServer { Name = "box", Memory = "lots" }, ProblemCode.InvalidLimit },
        { new CreateServer { Name = "box", Memory = "1k" }, ProblemCode.InvalidLimit },
        { new CreateServer { Name = "box", Cpus = -1 }, ProblemCode.InvalidLimit },
        { new CreateServer { Name = "box", Cpus = double.NaN }, ProblemCode.InvalidLimit },
        { new CreateServer { Name = "box", Address = "1.2" }, ProblemCode.InvalidAddress },
        { new CreateServer { Name = "box", Address = "::1" }, ProblemCode.InvalidAddress },
        { new CreateServer { Name = "box", Aliases = ["a b"] }, ProblemCode.InvalidAlias },
        { new CreateServer { Name = "box", ExpiresIn = "soon" }, ProblemCode.InvalidExpiry },
        { new CreateServer { Name = "box", SshKeys = ["command=\"rm\" ssh-ed25519 AAAA"] }, ProblemCode.InvalidKey },
        { new CreateServer { Name = "box", User = "ro ot" }, ProblemCode.InvalidRequest },
        { new CreateServer { Name = "box", User = "root\n" }, ProblemCode.InvalidRequest },
        { new CreateServer { Name = "box", ExpiresIn = "999999w999999w" }, ProblemCode.InvalidExpiry },
        { new CreateServer { Name = "box", Environment = new Dictionary<string, string> { ["A B"] = "" } }, ProblemCode.InvalidEnvironment },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_bad_request_is_refused_with_its_code(CreateServer request, ProblemCode code)
    {
        var problem = Plan(request).Problem;
        problem.Should().NotBeNull();
        problem!.Code.Should().Be(code);
        problem.Message.ToString().Should().NotBeEmpty();
    }

    [Fact]
    public void Folders_can_be_mounted_from_below_the_mount_root_only()
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder, "root")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "films"));
        Directory.CreateSymbolicLink(Path.Combine(root, "out"), "/etc");
        _options.MountRoot = root;

        Plan(new CreateServer { Name = "box", Volumes = [$"{root}/films:/films:ro"] }).Value!
            .Mounts.Should().Contain(m => m.IsPath && m.ReadOnly && m.Target == "/films");
        Plan(new CreateServer { Name = "box", Volumes = [$"{root}/../../etc:/e"] }).Problem!.Code.Should().Be(ProblemCode.MountNotAllowed);
        Plan(new CreateServer { Name = "box", Volumes = [$"{root}/out:/e"] }).Problem!.Code.Should().Be(ProblemCode.MountNotAllowed);
        Plan(new CreateServer { Name = "box", Volumes = [$"{root}-other:/e"] }).Problem!.Code.Should().Be(ProblemCode.MountNotAllowed);
    }

    [Theory]
    [InlineData("data:/d:shared", "data", false, MountKind.SharedVolume)]
    [InlineData("data:/d:ro,shared", "data", true, MountKind.SharedVolume)]
    [InlineData("data:/d:rw", "data", false, MountKind.Volume)]
    public void A_volume_is_the_servers_own_unless_it_is_shared(string text, string source, bool readOnly, MountKind kind) =>
        Plan(new CreateServer { Name = "box", Image = "busybox", Volumes = [text] }).Value!.Mounts.Should().Equal(new MountPlan(source, "/d", readOnly, kind));

    [Theory]
    [InlineData("512m", 512L << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("1048576", 1L << 20)]
    public void Memory_is_written_as_people_do(string text, long bytes)
    {
        Sizes.TryParseBytes(text, out var parsed).Should().BeTrue();
        parsed.Should().Be(bytes);
    }

    [Theory]
    [InlineData("2h", 7200)]
    [InlineData("1d12h", 129600)]
    [InlineData("90s", 90)]
    public void Durations_are_written_as_people_do(string text, int seconds)
    {
        Sizes.TryParseDuration(text, out var parsed).Should().BeTrue();
        parsed.TotalSeconds.Should().Be(seconds);
    }

    [Fact]
    public void A_template_in_the_users_folder_counts_at_once_and_a_broken_one_harms_nobody()
    {
        File.WriteAllText(Path.Combine(_folder, "blog.json"), """{ "image": "ghost:5", "ports": [2368] }""");
        File.WriteAllText(Path.Combine(_folder, "broken.json"), "{");

        var catalogue = new TemplateCatalogue(_folder, NullLogger<TemplateCatalogue>.Instance);
        catalogue.All().Keys.Should().Contain(["ssh", "blog", "gitea", "nextcloud"]).And.NotContain("broken");
        Plan(new CreateServer { Name = "box", Template = "blog" }).Value!.Image.Should().Be("ghost:5");
    }

    [Theory]
    [InlineData("debian", "debian:latest")]
    [InlineData("debian:12", "debian:12")]
    [InlineData("host:5000/a/b", "host:5000/a/b:latest")]
    public void An_image_without_a_tag_means_latest(string image, string tagged)
    {
        ImageName.IsValid(image).Should().BeTrue();
        ImageName.WithTag(image).Should().Be(tagged);
    }

    private Outcome<ServerPlan> Plan(CreateServer request, string[]? keys = null) =>
        new ServerPlanner(_options, new TemplateCatalogue(_folder, NullLogger<TemplateCatalogue>.Instance), TimeProvider.System)
            .Plan(request, keys ?? ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKn3JcGHJ0xTjwqDdHMvZ8v9dC2pVn0fVbYxk1rW3xYz me@laptop"], "test");
}
