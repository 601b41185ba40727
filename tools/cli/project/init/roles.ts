/** The roles that a new repository begins with: what each may do, its policies and their tests. */
import hrUsers from "./files/policies/hr-users.json?raw";
import recordings from "./files/policies/recorders-recordings.json?raw";
import starterRead from "./files/policies/starter-read.json?raw";
import ownTeam from "./files/policies/supervisors-own-team.json?raw";
import see from "./files/policies/supervisors-see.json?raw";
import hrTests from "./files/tests/hr.yaml?raw";
import recorderTests from "./files/tests/recorders.yaml?raw";
import starterTests from "./files/tests/starter.yaml?raw";
import supervisorTests from "./files/tests/supervisors.yaml?raw";

interface Role {
  readonly may: string;
  /** Name within the role's folder → document. */
  readonly policies: Readonly<Record<string, string>>;
  readonly tests: string;
  /** What people must know of the tags that the policies read. */
  readonly tags?: string;
}

const known: ReadonlyMap<string, Role> = new Map([
  [
    "supervisors",
    {
      may: "see agents, queues and routing; change those of their own team, see its live metrics",
      policies: { see, "own-team": ownTeam },
      tests: supervisorTests,
      tags: "Supervisors change agents, queues and routing profiles whose tag `team` is that of the caller's token (claim __TEAM__).",
    },
  ],
  [
    "recorders",
    {
      may: "start, stop, suspend and resume recordings, and listen; never speak to the people on a contact",
      policies: { recordings },
      tests: recorderTests,
    },
  ],
  [
    "hr",
    {
      may: "create, change and remove users, and put them into teams; never with an administrator's security profile",
      policies: { users: hrUsers },
      tests: hrTests,
      tags: "HR gives users only security profiles with the tag `assignable-by: hr`, so tag those that it may give, and changes no user with the tag `protected: true`, so tag administrators.",
    },
  ],
]);

/** A role that we know nothing of begins by reading. */
export function roleOf(name: string): Role {
  const found = known.get(name);
  if (found) return found;
  return {
    may: "see agents, queues and routing profiles",
    policies: { read: starterRead },
    tests: starterTests.replaceAll("__QUOTED__", JSON.stringify(name)).replaceAll("__ROLE__", name),
  };
}
