using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the Docker engine answers, lets us in, and speaks a version of its API that we know.</summary>
internal sealed class EngineCheck : IDoctorCheck
{
    private const string Update = "Update HomeCloud: the engine is newer than this version supports.";

    public string Id => "engine";

    public Phrase Title => "Docker engine";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var offer = await patient.Engine.OfferAsync(cancellationToken);
            var version = await patient.Engine.VersionAsync(cancellationToken);
            return
            [
                offer.Newest is { } newest && newest < ApiVersions.OldestKnown
                    ? Finding.Problem(
                        $"version {version.Version} at {patient.Engine.Endpoint} supports engine API version {newest} at most; HomeCloud needs {ApiVersions.OldestKnown} to {ApiVersions.NewestKnown}.",
                        "Update the engine: Docker 20.10 or Podman 4 is the oldest supported version.")
                    : Finding.Ok($"version {version.Version} answers at {patient.Engine.Endpoint}"),
            ];
        }
        catch (EngineAwayException away)
        {
            var denied = away.Message.Contains("permission denied", StringComparison.Ordinal);
            return
            [
                Finding.Problem($"The engine at {patient.Engine.Endpoint} is unreachable: {away.Reason}", denied
                    ? Phrase.Join(
                        "\n",
                        "Allow this user to use the socket, then log in again:  sudo usermod -aG docker \"$USER\"",
                        "In compose: set DOCKER_GID in .env to the output of:  stat -c %g /var/run/docker.sock")
                    : Phrase.Join(
                        "\n",
                        "Start it:  sudo systemctl enable --now docker",
                        "Elsewhere than usual? Set DOCKER_HOST, for instance unix:///run/user/1000/docker.sock")),
            ];
        }
        catch (EngineRefusedException refused)
        {
            return
            [
                Finding.Problem(refused.Message, refused.Refusal switch
                {
                    EngineRefusal.BadRequest => Update,
                    EngineRefusal.Forbidden => "A proxy in front of the engine must allow GET of /version, /events, /networks and /containers.",
                    _ => "Check the engine's log:  sudo journalctl -u docker",
                }),
            ];
        }
    }
}
