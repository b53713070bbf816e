using System.Text.Json;
using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Net.Files;

namespace HomeCloud.Tests.Agent.Servers.Records;

/// <summary>Files that cannot be read or understood are never written over: set aside, or refused with the fix named.</summary>
public sealed class DurableFileTests : IDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm1Rz3+OZbEUWvEgcAXOKTqQ4v0PAVm5pFnBMTL1cZ9 me@laptop";

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{ torn")]
    [InlineData("{\"version\":2,\"servers\":{\"airplay\":{\"mac\":\"02:00:00:00:00:01\",\"storage\":\"airplay\"}}}")]
    [InlineData("[1, 2]")]
    public void Reservations_that_are_torn_or_of_a_newer_version_are_set_aside_each_time_under_another_name(string content)
    {
        for (var time = 1; time <= 2; time++)
        {
            File.WriteAllText(In("reservations.json"), content);
            var book = new ReservationBook(In("reservations.json"), TimeProvider.System);
            book.All.Should().BeEmpty();
            book.Open("airplay");
            var aside = Directory.GetFiles(_folder, "reservations.json.unreadable-*");
            aside.Should().HaveCount(time).And.Contain(book.SetAside);
            aside.Should().OnlyContain(file => File.ReadAllText(file) == content);
        }
    }

    [Theory]
    [InlineData("{ torn", "damaged")]
    [InlineData("{\"version\":2}", "newer")]
    [InlineData(null, "chown")]
    public void A_password_and_tokens_that_cannot_be_read_are_refused_and_stay(string? content, string fix)
    {
        foreach (var (file, open) in new (string, Action<string>)[]
        {
            ("password.json", path => _ = new PasswordBook(path)),
            ("tokens.json", path => _ = new TokenBook(path, "", TimeProvider.System)),
        })
        {
            if (content is null)
                File.CreateSymbolicLink(In(file), "/proc/self/mem");
            else
                File.WriteAllText(In(file), content);
            open.Invoking(act => act(In(file))).Should().Throw<UnreadableFileException>().WithMessage($"*{In(file)}*not overwritten*{fix}*");
            (content is null ? new FileInfo(In(file)).LinkTarget : File.ReadAllText(In(file))).Should().Be(content ?? "/proc/self/mem");
        }
    }

    [Fact]
    public void Tokens_and_a_password_carry_a_version_and_are_read_as_they_were_before_it()
    {
        var tokens = new TokenBook(In("tokens.json"), "", TimeProvider.System);
        var token = tokens.Make("script")!;
        new PasswordBook(In("password.json")).TrySet("correct horse").Should().BeTrue();
        foreach (var file in new[] { "tokens.json", "password.json" })
            JsonDocument.Parse(File.ReadAllText(In(file))).RootElement.GetProperty("version").GetInt32().Should().Be(1);

        var list = JsonDocument.Parse(File.ReadAllText(In("tokens.json"))).RootElement.GetProperty("tokens").GetRawText();
        File.WriteAllText(In("tokens.json"), list);
        new TokenBook(In("tokens.json"), "", TimeProvider.System).Find(token).Should().Be("script");
        File.WriteAllText(In("password.json"), File.ReadAllText(In("password.json")).Replace("\"version\": 1", "\"other\": 1", StringComparison.Ordinal));
        new PasswordBook(In("password.json")).Check("correct horse").Should().BeTrue();
    }

    [Fact]
    public void What_a_person_wrote_beside_the_keys_stays()
    {
        File.WriteAllLines(In("keys"), ["# the laptops", "from=\"10.0.0.0/8\" " + Key, ""]);
        var keys = new KeyBook(In("keys"));
        keys.Add(Key).Should().BeNull();
        File.ReadAllLines(In("keys")).Should().Equal("# the laptops", "from=\"10.0.0.0/8\" " + Key, "", Key);
    }

    [Fact]
    public void An_agents_name_that_cannot_be_read_is_not_replaced_by_another()
    {
        File.CreateSymbolicLink(In("agent-id"), "/proc/self/mem");
        FluentActions.Invoking(() => AgentIdentity.Recall(_folder)).Should().Throw<UnreadableFileException>().WithMessage("*agent-id*chown*");
        File.Delete(In("agent-id"));
        File.WriteAllText(In("agent-id"), "");
        AgentIdentity.Recall(_folder).Should().Be(File.ReadAllText(In("agent-id")).Trim(), "a file that a power cut left empty is written again");
    }

    [Fact]
    public void A_secret_is_readable_by_its_owner_only_whatever_a_crash_left_behind_and_a_failed_write_leaves_the_old_one()
    {
        File.WriteAllText(In("secret.tmp"), "left behind, readable by all");
        AtomicFile.Write(In("secret"), "one"u8, secret: true);
        File.GetUnixFileMode(In("secret")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var failing = () => AtomicFile.Write(In("secret"), stream => throw new IOException("no space left"), secret: true);
        failing.Should().Throw<IOException>();
        File.ReadAllText(In("secret")).Should().Be("one");
        Directory.GetFiles(_folder).Should().Equal(In("secret"));
    }

    /// <summary>Root writes into folders of others too: a backup, the settings of compose.</summary>
    [Theory]
    [InlineData("there")]
    [InlineData("nowhere")]
    public void A_link_in_the_place_of_the_temporary_is_not_followed(string target)
    {
        File.WriteAllText(In("there"), "another's");
        File.CreateSymbolicLink(In("secret.tmp"), In(target));
        AtomicFile.Write(In("secret"), "one"u8, secret: true);
        File.ReadAllText(In("there")).Should().Be("another's");
        new FileInfo(In("secret")).Should().Match<FileInfo>(file => file.Exists && file.LinkTarget == null);
        Directory.GetFiles(_folder).Order().Should().Equal(In("secret"), In("there"));
    }

    [Fact]
    public void A_writer_at_work_is_not_disturbed_by_a_second_one()
    {
        AtomicFile.Write(In("file"), stream =>
        {
            stream.Write("first"u8);
            FluentActions.Invoking(() => AtomicFile.Write(In("file"), "second"u8)).Should().Throw<IOException>();
        });
        File.ReadAllText(In("file")).Should().Be("first");
    }

    private string In(string file) => Path.Combine(_folder, file);
}
