using System.Text;
using Docker.DotNet;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Docker;

/// <summary>What docker login leaves behind, in all of its forms.</summary>
public sealed class RegistryCredentialsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-login-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = 30_000)]
    [InlineData("alpine:3", "https://index.docker.io/v1/")]
    [InlineData("library/alpine", "https://index.docker.io/v1/")]
    [InlineData("docker.io/library/alpine", "https://index.docker.io/v1/")]
    [InlineData("ghcr.io/me/app:1", "ghcr.io")]
    [InlineData("192.168.1.5:5000/app", "192.168.1.5:5000")]
    [InlineData("localhost/app", "localhost")]
    public async Task An_image_finds_the_login_of_its_registry(string image, string registry)
    {
        var credentials = Config($$"""{"auths":{"other.example":{"auth":"{{Pair("no", "no")}}"},"{{registry}}":{"auth":"{{Pair("me", "a:b")}}"} } }""");
        (await credentials.FindAsync(image, CancellationToken.None)).Should().BeEquivalentTo(new { ServerAddress = registry, Username = "me", Password = "a:b" });
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}")]
    [InlineData("""{"auths":{}}""")]
    [InlineData("""{"auths":{"https://ghcr.io":{}}}""")]
    [InlineData(null)]
    public async Task Nobody_logged_in_is_no_problem(string? config)
    {
        (await Config(config).FindAsync("ghcr.io/me/app", CancellationToken.None)).Should().BeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task Keys_with_scheme_and_path_and_identity_tokens_are_understood()
    {
        var credentials = Config("""{"auths":{"https://ghcr.io/v2/":{"identitytoken":"secret"}}}""");
        (await credentials.FindAsync("ghcr.io/me/app", CancellationToken.None)).Should().BeEquivalentTo(new { IdentityToken = "secret", Username = (string?)null });
    }

    [Theory(Timeout = 30_000)]
    [InlineData("""{"credsStore":"hctest"}""")]
    [InlineData("""{"credHelpers":{"ghcr.io":"hctest"}}""")]
    public async Task A_credential_helper_is_asked(string config)
    {
        var helper = Path.Combine(_folder, "docker-credential-hctest");
        await File.WriteAllTextAsync(helper, "#!/bin/sh\nread registry; [ \"$1 $registry\" = 'get ghcr.io' ] || { echo 'credentials not found in native keychain'; exit 1; }\necho '{\"Username\":\"me\",\"Secret\":\"s3\"}'\n");
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{path}:{_folder}");
        try
        {
            var credentials = Config(config);
            (await credentials.FindAsync("ghcr.io/me/app", CancellationToken.None)).Should().BeEquivalentTo(new { Username = "me", Password = "s3", ServerAddress = "ghcr.io" });
            (await credentials.FindAsync("quay.io/me/app", CancellationToken.None)).Should().BeNull();
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"%%%"}}}""")]
    [InlineData("""{"credsStore":"../../bin/sh"}""")]
    [InlineData("""{"credsStore":"not-installed-anywhere"}""")]
    public async Task A_login_that_cannot_be_read_names_the_file(string config)
    {
        var credentials = Config(config);
        var thrown = await credentials.Awaiting(c => c.FindAsync("ghcr.io/me/app", CancellationToken.None)).Should().ThrowAsync<RegistryLoginException>();
        thrown.Which.Message.Should().Contain(credentials.File);
    }

    /// <summary>It takes a login as an argument of each pull. When this fails, RegistryCredentials may go.</summary>
    [Fact]
    public void The_library_alone_knows_no_logins() =>
        typeof(DockerConfig).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(DockerConfig).Namespace)
            .SelectMany(type => type.GetMembers())
            .Where(member => member.Name.Contains("Credential", StringComparison.OrdinalIgnoreCase) || member.Name.Contains("RegistryAuth", StringComparison.OrdinalIgnoreCase))
            .Select(member => $"{member.DeclaringType}.{member.Name}").Distinct()
            .Should().BeEmpty();

    private static string Pair(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private RegistryCredentials Config(string? text)
    {
        var file = Path.Combine(_folder, "config.json");
        if (text is not null)
            File.WriteAllText(file, text);
        return new RegistryCredentials(file);
    }
}
