import { folderView } from '../../../src/java/app-view.ts'
import { type AppTree, appTree } from '../../../src/java/recognition/app-tree.ts'
import { type Files, temporaryFolder } from '../../support/files.ts'

/** The files of an app in a new directory. */
export const treeWith = (files: Files): AppTree => appTree(folderView(temporaryFolder(files)))
