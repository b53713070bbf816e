using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the Docker engine answers, and lets us in.</summary>
internal sealed class EngineCheck : IDoctorCheck
{
    public string Id => "engine";

    public string Title => "Docker engine";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var version = await patient.Engine.VersionAsync(cancellationToken);
            return [Finding.Ok($"version {version.Version} answers at {patient.Engine.Endpoint}")];
        }
        catch (EngineAwayException away)
        {
            var denied = away.Message.Contains("permission denied", StringComparison.Ordinal);
            return
            [
                Finding.Problem(away.Message, denied
                    ? "Let this user use the socket and sign in again:  sudo usermod -aG docker \"$USER\"\nIn compose: set DOCKER_GID in .env to the output of:  stat -c %g /var/run/docker.sock"
                    : "Start it:  sudo systemctl enable --now docker\nElsewhere than usual? Set DOCKER_HOST, for instance unix:///run/user/1000/docker.sock"),
            ];
        }
    }
}
