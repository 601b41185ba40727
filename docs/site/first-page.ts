/** What the first page has above the map: what this is, and the tasks that people come with. */
import { linkOf } from "./map.ts";

/** The tasks, each with the page that it is done with. */
export const tasks = [
  {
    title: "Protect an API with Cognito groups",
    details: "Give each group of your user pool policies of its own.",
    page: "docs/how-to/identity/cognito.md",
  },
  {
    title: "Find out why a call was denied",
    details: "See the statement that decided, with its file and line.",
    page: "docs/how-to/explain.md",
  },
  {
    title: "Add a policy test to CI",
    details: "Let a pull request fail when it changes who may do what.",
    page: "docs/how-to/testing-policies.md",
  },
  {
    title: "Fail over to another Region",
    details: "Use the same policies in both Regions.",
    page: "docs/how-to/failover.md",
  },
  {
    title: "Call it from Go",
    details: "Use AWS's own SDK with the address of your API.",
    page: "docs/how-to/clients/go.md",
  },
];

/** Gives the page of the map its head. */
export function showFirstPage(): object {
  return {
    layout: "home",
    hero: {
      name: "connect-authorizer",
      text: "IAM policies between each caller of your API and Amazon Connect",
      actions: [
        { theme: "brand", text: "Try it in a minute", link: linkOf("README.md") },
        { theme: "alt", text: "The map", link: "#the-map" },
      ],
    },
    features: tasks.map(({ title, details, page }) => ({ title, details, link: linkOf(page) })),
  };
}
