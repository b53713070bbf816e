using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Docker.DockerOptions>;

namespace HomeCloud.Agent.Docker;

/// <summary>Where the engine is. Defaults and variable names are those of the docker command itself.</summary>
public sealed class DockerOptions
{
    public const string DefaultHost = "unix:///var/run/docker.sock";

    /// <summary><c>unix://PATH</c>, <c>tcp://HOST:PORT</c>, <c>http://HOST:PORT</c> or <c>https://HOST:PORT</c>.</summary>
    public string Host { get; set; } = DefaultHost;

    /// <summary>TLS with a verified server, for <c>tcp://</c> (DOCKER_TLS_VERIFY).</summary>
    public bool TlsVerify { get; set; }

    /// <summary>Folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> (DOCKER_CERT_PATH); each file is optional.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>Docker's config.json with the logins for registries; null for that of the agent's own user (DOCKER_CONFIG, else ~/.docker).</summary>
    public string? ConfigFile { get; set; }

    /// <summary>How long a request may take until its response begins; streams are not limited by it.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Takes over DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH where set.</summary>
    public void ApplyEnvironment(Func<string, string?> variable)
    {
        if (variable("DOCKER_HOST") is { Length: > 0 } host)
            Host = host;
        if (variable("DOCKER_TLS_VERIFY") is { Length: > 0 } verify)
            TlsVerify = verify is not ("0" or "false");
        if (variable("DOCKER_CERT_PATH") is { Length: > 0 } path)
            CertificatePath = path;
    }

    public static OptionRow<DockerOptions>[] Rows =>
    [
        Text("docker-host", "URL", "The engine: unix:///PATH or tcp://HOST:PORT. Default: DOCKER_HOST, else unix:///var/run/docker.sock.", (o, v) => o.Host = v, 'D'),
        Text("docker-config", "FILE", "Docker's config.json with the registry logins. Default: that of the agent's user (DOCKER_CONFIG, else ~/.docker).", (o, v) => o.ConfigFile = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (!DockerEndpoint.TryParse(this, out _, out var error))
            yield return $"--docker-host '{Host}': {error}";
        if (RequestTimeout <= TimeSpan.Zero)
            yield return $"Docker request timeout '{RequestTimeout}': must be longer than zero";
        if (CertificatePath is { } path && TlsVerify && !Directory.Exists(path))
            yield return $"DOCKER_CERT_PATH '{path}': the folder does not exist; it should contain ca.pem, cert.pem and key.pem";
    }
}
