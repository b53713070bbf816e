using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Docker;

public class DockerEndpointTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", false, "unix:///var/run/docker.sock")]
    [InlineData("/run/podman/podman.sock", false, "unix:///run/podman/podman.sock")]
    [InlineData("tcp://10.0.0.2:2375", false, "http://10.0.0.2:2375")]
    [InlineData("tcp://10.0.0.2", false, "http://10.0.0.2:2375")]
    [InlineData("tcp://10.0.0.2", true, "https://10.0.0.2:2376")]
    [InlineData("tcp://[fd00::2]:2376", true, "https://[fd00::2]:2376")]
    [InlineData("https://engine.example:444", false, "https://engine.example:444")]
    public void Addresses_are_read_as_the_docker_command_reads_them(string host, bool tls, string expected)
    {
        DockerEndpoint.TryParse(new DockerOptions { Host = host, TlsVerify = tls }, out var endpoint, out var error).Should().BeTrue(error);
        endpoint!.ToString().Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unix://docker.sock")]
    [InlineData("ssh://me@server")]
    [InlineData("npipe:////./pipe/docker_engine")]
    [InlineData("10.0.0.2:2375")]
    [InlineData("tcp://")]
    public void What_cannot_be_reached_is_refused_with_the_fix(string host)
    {
        var fault = new DockerOptions { Host = host }.Validate().Should().ContainSingle().Subject;
        fault.Should().Contain($"'{host}'").And.Contain("unix://");
    }

    [Fact]
    public void The_environment_of_the_docker_command_is_honoured()
    {
        var variables = new Dictionary<string, string?> { ["DOCKER_HOST"] = "tcp://h:1", ["DOCKER_TLS_VERIFY"] = "1", ["DOCKER_CERT_PATH"] = "/certs" };
        var options = new DockerOptions();
        options.ApplyEnvironment(variables.GetValueOrDefault);
        options.Should().BeEquivalentTo(new { Host = "tcp://h:1", TlsVerify = true, CertificatePath = "/certs" });
    }
}
